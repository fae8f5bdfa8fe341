"""Which letters a person wants: chosen under the account, or by a letter's own link."""
