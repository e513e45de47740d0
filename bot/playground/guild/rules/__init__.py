"""What Discord refuses in a body: messages, components, modals, commands and their options."""
