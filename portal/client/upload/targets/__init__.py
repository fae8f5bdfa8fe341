"""Where a study is sent: the account, or a plain DICOMweb server."""
