/// What this software calls itself towards other systems.
public enum Product {
  public static let name = "FieldOS"
  public static let version = "0.1.0"
}
