"""The prevention consultation: rhythm, uptake, minutes, delegation and price."""
