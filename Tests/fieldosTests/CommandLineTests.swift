import Testing

/// All that runs the binary. One at a time: most of it starts an engine, and two engines on two cores only
/// make each other late.
@Suite("the command line", .serialized, .timeLimit(.minutes(10)))
enum CommandLineTests {
  /// What note006 says.
  static let sentence = "Just left Valley Church and spoke with Terrence."
}
