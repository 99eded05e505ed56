"""Whose notes a site's model learns from: patients with their reviewed notes."""
