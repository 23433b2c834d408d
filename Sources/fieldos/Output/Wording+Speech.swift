import SpeechServer

extension Wording {
  static func words(_ error: SpeechServerError) -> String {
    switch error {
    case .portTaken(let host, let port): "\(host):\(port) is taken by another program. Choose another: --port N"
    case .cannotListen(let host, let port, let reason):
      "can't listen on \(host):\(port) (\(reason)). Choose another --host."
    case .spool(let path, let reason): "\(path): uploads can't be put down there (\(reason)). Check its permissions."
    case .engine(let reason): "\(reason) The lines above have the reason; 'fieldos doctor' helps."
    }
  }
}
