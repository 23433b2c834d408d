/// What keeps the cockpit from serving. Facts only; the words for people are the caller's.
public enum CockpitError: Error, Equatable {
  case portTaken(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  /// A file that ships with the program is missing or damaged.
  case resource(String)
}
