package easel.core;

/** What comes out of a model. */
public enum Kind { IMAGE, VIDEO }
