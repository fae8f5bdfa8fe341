"""What every room stands on: errors, jobs, worker processes and the one door between threads and Qt."""
