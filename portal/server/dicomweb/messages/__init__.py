"""What DICOMweb's requests and answers are made of."""
