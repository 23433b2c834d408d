import Foundation
import Subprocess

/// How children of this program are started.
enum ChildLaunch {
  /// In a group of its own: Ctrl-C reaches the parent only, which stops the child in order.
  static func options(grace: Duration) -> PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: grace)]
    return options
  }

  /// The parent's environment with these variables.
  static func environment(_ variables: [String: String]) -> Environment {
    .inherit.updating(
      Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), Optional($1)) }))
  }
}
