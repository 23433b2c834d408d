/// Somebody that a rep visits; only a tag for ``ID`` until contacts are rows.
public enum Person {}
