"""Addresses of others that are told what happens here, as Standard Webhooks 1.0 says."""
