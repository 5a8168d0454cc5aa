"""Questions about pictures with their true answers; one module for each kind of picture."""
