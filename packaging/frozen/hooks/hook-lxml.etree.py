"""Nothing beside what `hook-lxml` names."""
