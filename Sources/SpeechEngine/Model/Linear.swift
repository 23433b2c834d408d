import CKernels

/// y = x Wᵀ + b with packed weights [outputs, inputs].
struct Linear: Sendable {
  enum Weights: Sendable {
    case float32(FloatBuffer)
    case int8(ByteBuffer, scales: FloatBuffer)
  }
  let outputs: Int
  let inputs: Int
  let weights: Weights
  let bias: FloatBuffer?

  /// Multiplications below which one thread is quicker than two.
  private static let parallelThreshold = 60_000

  /// All columns on the calling thread.
  /// - Parameters:
  ///   - rows: rows of x.
  ///   - x: [rows, inputs], row stride `ldx`.
  ///   - y: [rows, outputs], dense.
  ///   - scratch: receives x in 8 bits when the weights are int8.
  func apply(
    _ rows: Int, _ x: UnsafePointer<Float>, ldx: Int? = nil, into y: UnsafeMutablePointer<Float>,
    scratch: QuantisedRows, _ kernels: ck_kernels
  ) {
    let input = Input(self, rows, x, ldx: ldx ?? inputs, scratch, kernels)
    multiply(input, columns: 0..<outputs, into: y, kernels)
  }

  /// The same, few rows: columns are shared out over the threads.
  /// - Parameter finish: done to each range of columns by the thread that made it.
  func apply(
    _ rows: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, scratch: QuantisedRows,
    _ compute: Compute, finish: (Range<Int>) -> Void = { _ in }
  ) {
    let input = Input(self, rows, x, ldx: inputs, scratch, compute.kernels)
    func work(_ columns: Range<Int>) {
      multiply(input, columns: columns, into: y, compute.kernels)
      finish(columns)
    }
    if rows * outputs * inputs < Self.parallelThreshold { return work(0..<outputs) }
    compute.parallel(outputs, granularity: Int(CK_PANEL), bytes: bytes, work)
  }

  private var bytes: Int {
    switch weights {
    case .float32(let packed): packed.count * MemoryLayout<Float>.stride
    case .int8(let packed, _): packed.count
    }
  }

  /// Rows as the kernels read them.
  private struct Input {
    let rows: Int
    let x: UnsafePointer<Float>
    let ldx: Int
    let scratch: QuantisedRows

    init(
      _ layer: Linear, _ rows: Int, _ x: UnsafePointer<Float>, ldx: Int, _ scratch: QuantisedRows,
      _ kernels: ck_kernels
    ) {
      self.rows = rows
      self.x = x
      self.ldx = ldx
      self.scratch = scratch
      guard case .int8 = layer.weights else { return }
      scratch.reserve(rows: rows, width: layer.inputs, kernels)
      kernels.quantize_rows(rows, layer.inputs, x, ldx, scratch.values.base, scratch.scales.base)
    }
  }

  /// - Parameter columns: begins at a panel's border.
  private func multiply(
    _ input: Input, columns: Range<Int>, into y: UnsafeMutablePointer<Float>, _ kernels: ck_kernels
  ) {
    let bias = bias.map { UnsafePointer($0.base + columns.lowerBound) }
    let output = y + columns.lowerBound
    switch weights {
    case .float32(let packed):
      kernels.gemm_f32(
        input.rows, columns.count, inputs, input.x, input.ldx, packed.base + columns.lowerBound * inputs, bias, output,
        outputs)
    case .int8(let packed, let scales):
      let panels = packed.base + columns.lowerBound / Int(CK_PANEL) * ck_s8_panel_size(inputs)
      kernels.gemm_s8(
        input.rows, columns.count, inputs, input.scratch.values.base, input.scratch.scales.base, panels,
        scales.base + columns.lowerBound, bias, output, outputs)
    }
  }

  /// Writes row `row` of W to `output` [inputs].
  func copyRow(_ row: Int, to output: UnsafeMutablePointer<Float>) {
    let (panel, lane, width) = (row / Int(CK_PANEL), row % Int(CK_PANEL), Int(CK_PANEL))
    switch weights {
    case .float32(let packed):
      let source = packed.base + panel * width * inputs + lane
      for i in 0..<inputs { output[i] = source[i * width] }
    case .int8(let packed, let scales):
      let depth = Int(CK_S8_DEPTH)
      let source = packed.base + panel * ck_s8_panel_size(inputs) + width * MemoryLayout<Int32>.stride + lane * depth
      let scale = scales.base[row]
      for i in 0..<inputs { output[i] = Float(source[i / depth * width * depth + i % depth]) / scale }
    }
  }
}

/// Activations in 8 bits: grows to what it is asked for and keeps it.
final class QuantisedRows {
  private(set) var values = ByteBuffer(count: 0)
  private(set) var scales = FloatBuffer(count: 0)

  func reserve(rows: Int, width: Int, _ kernels: ck_kernels) {
    let bytes = rows * ck_s8_stride(width) * kernels.activation_bytes
    if values.count < bytes { values = ByteBuffer(count: bytes) }
    if scales.count < rows { scales = FloatBuffer(count: rows) }
  }
}

/// Scale and shift of a layer normalisation.
struct Norm: Sendable {
  let gamma: FloatBuffer
  let beta: FloatBuffer

  /// - Parameters: x and y are [rows, width].
  func apply(
    _ rows: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ kernels: ck_kernels
  ) {
    kernels.layer_norm(rows, gamma.count, x, gamma.base, beta.base, y)
  }
}
