"""Training of which it can be proven how little it tells of one patient. Only here is Opacus."""
