"""Tables of one's own as a data set: laid over the embedded one, or a world by themselves."""
