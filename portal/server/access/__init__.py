"""Who asks, and what of exams, images and reports they may see."""
