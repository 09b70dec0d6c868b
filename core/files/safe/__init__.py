"""What may hang, swell or die: the sandbox and its child process, archives, XML from strangers."""
