"""The log: records in a Merkle tree, signed checkpoints, proofs and their verification."""
