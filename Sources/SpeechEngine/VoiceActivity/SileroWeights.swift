import CKernels
public import Foundation

/// The weights of Silero VAD v6 for 16 kHz, read from the `silero_vad_v6.onnx` that faster-whisper 1.2 ships.
public struct SileroWeights: Sendable {
  /// Windowed cosines, then sines: a Fourier transform of 256 samples as a matrix. [258, 256]
  let basis: PackedMatrix
  /// Kernels of width 3, turned to [outputs, taps, inputs] without the taps that only ever meet padding.
  let convolutions: [PackedMatrix]
  /// Gates in ONNX's order, input, output, forget, cell: [512, 128] each; the first holds both biases.
  let inputGates: PackedMatrix
  let stateGates: PackedMatrix
  let output: [Float]  // [128]
  let outputBias: Float

  static let bins = 129
  static let hidden = 128
  static let frame = 256

  /// (outputs, inputs, taps in use): the third sees two frames behind one of padding, the fourth a single frame.
  private static let layers = [(128, 129, 0..<3), (64, 128, 0..<3), (64, 64, 1..<3), (128, 64, 1..<2)]

  /// - Throws: `VoiceActivityError`: no such file, not ONNX, damaged, or not Silero v6.
  public init(contentsOf url: URL) throws(VoiceActivityError) {
    try self.init(ONNXFile(contentsOf: url))
  }

  init(_ file: ONNXFile) throws(VoiceActivityError) {
    basis = PackedMatrix(
      try file.floats("encoder.feature_extractor.forward_basis_buffer", shape: [2 * Self.bins, 1, Self.frame]),
      outputs: 2 * Self.bins)
    var convolutions: [PackedMatrix] = []
    for (index, layer) in Self.layers.enumerated() {
      convolutions.append(try Self.convolution(file, "encoder.conv_layers.\(index)", layer))
    }
    self.convolutions = convolutions
    (inputGates, stateGates) = try Self.gates(file)
    output = try file.floats("decoder.conv1d.weight", shape: [1, Self.hidden, 1])
    outputBias = try file.floats("decoder.conv1d.bias", shape: [1])[0]
  }

  private static func convolution(
    _ file: ONNXFile, _ name: String, _ layer: (outputs: Int, inputs: Int, taps: Range<Int>)
  ) throws(VoiceActivityError) -> PackedMatrix {
    let source = try file.floats(name + ".weight", shape: [layer.outputs, layer.inputs, 3])
    var turned: [Float] = []
    for output in 0..<layer.outputs {
      for tap in layer.taps {
        for input in 0..<layer.inputs { turned.append(source[(output * layer.inputs + input) * 3 + tap]) }
      }
    }
    return PackedMatrix(
      turned, outputs: layer.outputs, bias: try file.floats(name + ".bias", shape: [layer.outputs]))
  }

  /// The exporter numbers these tensors, so the node that uses them says which they are.
  private static func gates(_ file: ONNXFile) throws(VoiceActivityError) -> (PackedMatrix, PackedMatrix) {
    guard let names = file.inputs["LSTM"], names.count >= 4 else { throw .missingTensor(file.url, name: "LSTM") }
    let rows = 4 * hidden
    let bias = try file.floats(names[3], shape: [1, 2 * rows])
    return (
      PackedMatrix(
        try file.floats(names[1], shape: [1, rows, hidden]), outputs: rows,
        bias: (0..<rows).map { bias[$0] + bias[rows + $0] }),
      PackedMatrix(try file.floats(names[2], shape: [1, rows, hidden]), outputs: rows)
    )
  }
}

/// A matrix [outputs, inputs] as `gemm_f32` reads it.
struct PackedMatrix: Sendable {
  let outputs: Int
  let inputs: Int
  private let weights: FloatBuffer
  private let bias: FloatBuffer?

  init(_ rows: [Float], outputs: Int, bias: [Float]? = nil) {
    self.outputs = outputs
    inputs = rows.count / outputs
    weights = FloatBuffer(count: ck_packed_f32_size(outputs, inputs))
    ck_pack_f32_rows(outputs, inputs, rows, inputs, weights.base)
    self.bias = bias.map { FloatBuffer($0) }
  }

  /// y = x Wᵀ + bias for `rows` rows, `ldx` and `ldy` floats apart; `added` stands in for the bias.
  func apply(
    _ rows: Int, _ x: UnsafePointer<Float>, ldx: Int, into y: UnsafeMutablePointer<Float>, ldy: Int,
    adding added: UnsafePointer<Float>? = nil, _ compute: Compute
  ) {
    compute.kernels.gemm_f32(
      rows, outputs, inputs, x, ldx, weights.base, added ?? bias.map { UnsafePointer($0.base) }, y, ldy)
  }
}
