"""A drop zone that sends files of any size to the API in chunks."""
