"""The wheel, as somebody gets it who has neither Rust nor Node nor this repository."""
