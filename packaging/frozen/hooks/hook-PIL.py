"""Nothing: what stands in for Pillow reads no image."""
