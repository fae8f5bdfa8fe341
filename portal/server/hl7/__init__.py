"""Reports as a practice's own systems send them: HL7 version 2, ORU^R01."""
