"""Persian text without any domain: normalisation, tokens, numbers, quantities, dates."""
