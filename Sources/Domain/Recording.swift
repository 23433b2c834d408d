/// A recording that comes up in parts; only a tag for ``ID`` until recordings are rows.
public enum Recording {}
