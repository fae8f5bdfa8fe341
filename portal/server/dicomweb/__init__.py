"""DICOMweb: STOW, QIDO, WADO, and the store behind them."""
