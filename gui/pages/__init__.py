"""Documents as pages: what they look like before and after, drawn on this computer."""
