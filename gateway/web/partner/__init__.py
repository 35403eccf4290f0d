"""The pages of agencies: their people fill forms in, and see where what they have sent stands. Never anything else."""
