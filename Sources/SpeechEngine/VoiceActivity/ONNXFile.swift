import Foundation

/// The float tensors of an ONNX file's main graph and the inputs of its nodes: what it takes to run a network that is
/// known. Fields after `onnx.proto3` (ModelProto.graph 7; GraphProto.node 1, initializer 5; NodeProto.input 1, op_type 4;
/// TensorProto.dims 1, data_type 2, float_data 4, name 8, raw_data 9).
struct ONNXFile {
  struct Tensor {
    var name = ""
    var shape: [Int] = []
    var isFloat = false
    /// Little-endian.
    var bytes: ArraySlice<UInt8> = []
  }
  let url: URL
  private(set) var tensors: [String: Tensor] = [:]
  /// The names of the first node's inputs, by operator.
  private(set) var inputs: [String: [String]] = [:]

  static let largestFile = 64 << 20
  private static let mostTensors = 10_000
  private static let highestRank = 8

  init(contentsOf url: URL) throws(VoiceActivityError) {
    try self.init(bytes: Self.bytes(of: url), name: url)
  }

  /// - Parameter name: what errors name.
  init(bytes: [UInt8], name: URL) throws(VoiceActivityError) {
    url = name
    do throws(ProtobufReader.Malformed) {
      var model = ProtobufReader(bytes[...])
      var graphs = 0
      while let (field, value) = try model.next() {
        guard field == 7, case .bytes(let graph) = value else { continue }
        graphs += 1
        try readGraph(graph)
      }
      if graphs != 1 { throw ProtobufReader.Malformed(reason: "\(graphs) graphs") }
    } catch {
      throw .malformed(url, reason: error.reason)
    }
  }

  private static func bytes(of url: URL) throws(VoiceActivityError) -> [UInt8] {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path) else {
      throw .notFound(url)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int else {
      throw .unreadable(url, reason: "not a file")
    }
    guard size <= largestFile else { throw .tooLarge(url, bytes: size, limit: largestFile) }
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw .unreadable(url, reason: (error as NSError).localizedDescription)
    }
  }

  private mutating func readGraph(_ graph: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
    var reader = ProtobufReader(graph)
    while let (field, value) = try reader.next() {
      guard case .bytes(let message) = value else { continue }
      switch field {
      case 1: try readNode(message)
      case 5:
        let tensor = try Self.tensor(message)
        tensors[tensor.name] = tensor
        guard tensors.count <= Self.mostTensors else {
          throw ProtobufReader.Malformed(reason: "more than \(Self.mostTensors) tensors")
        }
      default: break
      }
    }
  }

  private mutating func readNode(_ node: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) {
    var reader = ProtobufReader(node)
    var (names, operation): ([String], String) = ([], "")
    while let (field, value) = try reader.next() {
      guard case .bytes(let text) = value else { continue }
      if field == 1 { names.append(String(decoding: text, as: UTF8.self)) }
      if field == 4 { operation = String(decoding: text, as: UTF8.self) }
    }
    if inputs[operation] == nil, inputs.count < Self.mostTensors { inputs[operation] = names }
  }

  private static func tensor(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Malformed) -> Tensor {
    var tensor = Tensor()
    var reader = ProtobufReader(message)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, _):
        tensor.shape += try ProtobufReader.numbers(value).map { Int(clamping: $0) }
        guard tensor.shape.count <= highestRank else { throw ProtobufReader.Malformed(reason: "a tensor of high rank") }
      case (2, .number(let type)): tensor.isFloat = type == 1
      case (8, .bytes(let name)): tensor.name = String(decoding: name, as: UTF8.self)
      case (4, .bytes(let data)), (9, .bytes(let data)): tensor.bytes = data
      default: break
      }
    }
    return tensor
  }

  /// The values of a tensor of floats, checked against `shape`.
  func floats(_ name: String, shape: [Int]) throws(VoiceActivityError) -> [Float] {
    guard let tensor = tensors[name] else { throw .missingTensor(url, name: name) }
    guard tensor.shape == shape else { throw .wrongShape(url, name: name, found: tensor.shape, expected: shape) }
    let count = shape.reduce(1, *)
    guard tensor.isFloat, tensor.bytes.count == 4 * count else {
      throw .malformed(url, reason: "'\(name)' has \(tensor.bytes.count) bytes, expected \(count) floats")
    }
    let values = tensor.bytes.withUnsafeBytes { raw in
      (0..<count).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .malformed(url, reason: "'\(name)' holds values that are not numbers")
    }
    return values
  }
}
