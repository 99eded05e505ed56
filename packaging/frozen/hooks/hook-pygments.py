"""Nothing: no source code is printed in colours, so no language is needed."""
