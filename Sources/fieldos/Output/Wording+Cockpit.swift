import Cockpit

extension Wording {
  static func words(_ error: CockpitError) -> String {
    switch error {
    case .portTaken(let host, let port):
      "port \(port) on \(host): another program listens there. Set FIELDOS_PORT, or start with --no-cockpit."
    case .cannotListen(let host, let port, let reason):
      "can't listen on \(host), port \(port): \(reason). Set FIELDOS_HOST and FIELDOS_PORT."
    case .resource(let name):
      "the web app is incomplete (\(name)). Install FieldOS again; the recordings and notes are not touched."
    }
  }
}
