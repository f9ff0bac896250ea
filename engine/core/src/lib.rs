//! The media engine without I/O: time is an argument, packets are slices.
