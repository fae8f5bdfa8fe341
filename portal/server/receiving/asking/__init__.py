"""What the practice is asked about uploads: whose they are, where the images name somebody else."""
