"""A person's own change of the e-mail address: confirmed by the new one, undone from the old one."""
