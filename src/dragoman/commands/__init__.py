"""What each command of the command line does; loaded only when the command is called."""
