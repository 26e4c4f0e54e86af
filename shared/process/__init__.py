"""Starting, watching and stopping a process that hosts one service or several."""
