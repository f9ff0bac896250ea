"""Business rules of the calls domain: rooms, joining, attendance."""
