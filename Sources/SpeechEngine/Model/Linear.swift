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

  /// Multiplications below which one thread is quicker than waking another.
  private static let parallelThreshold = 400_000

  /// - Parameters:
  ///   - rows: rows of x.
  ///   - x: [rows, inputs], row stride `ldx`.
  ///   - y: [rows, outputs], dense.
  ///   - scratch: receives x in 8 bits when the weights are int8.
  func apply(
    _ rows: Int, _ x: UnsafePointer<Float>, ldx: Int? = nil, into y: UnsafeMutablePointer<Float>,
    scratch: inout QuantisedRows, _ compute: Compute
  ) {
    let ldx = ldx ?? inputs
    switch weights {
    case .float32(let packed):
      applyFloat(rows, x, ldx, packed, y, compute)
    case .int8(let packed, let scales):
      scratch.reserve(rows: rows, width: inputs)
      compute.kernels.quantize_rows(rows, inputs, x, ldx, scratch.values.base, scratch.scales.base)
      applyInt8(rows, scratch, packed, scales, y, compute)
    }
  }

  private func applyFloat(
    _ rows: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ packed: FloatBuffer, _ y: UnsafeMutablePointer<Float>,
    _ compute: Compute
  ) {
    let (input, output) = (SharedConst(x), Shared(y))
    split(rows, compute, rowTile: 6) { rowRange, columns in
      compute.kernels.gemm_f32(
        rowRange.count, columns.count, inputs, input.pointer + rowRange.lowerBound * ldx, ldx,
        packed.base + columns.lowerBound * inputs, bias.map { UnsafePointer($0.base + columns.lowerBound) },
        output.pointer + rowRange.lowerBound * outputs + columns.lowerBound, outputs)
    }
  }

  private func applyInt8(
    _ rows: Int, _ x: QuantisedRows, _ packed: ByteBuffer, _ scales: FloatBuffer, _ y: UnsafeMutablePointer<Float>,
    _ compute: Compute
  ) {
    let stride = ck_s8_stride(inputs)
    let output = Shared(y)
    let (values, rowScales) = (x.values, x.scales)
    split(rows, compute, rowTile: 4) { rowRange, columns in
      compute.kernels.gemm_s8(
        rowRange.count, columns.count, inputs, values.base + rowRange.lowerBound * stride,
        rowScales.base + rowRange.lowerBound, packed.base + columns.lowerBound * stride,
        scales.base + columns.lowerBound, bias.map { UnsafePointer($0.base + columns.lowerBound) },
        output.pointer + rowRange.lowerBound * outputs + columns.lowerBound, outputs)
    }
  }

  /// Many rows are shared out by rows, few by columns, little work not at all.
  private func split(_ rows: Int, _ compute: Compute, rowTile: Int, _ body: @Sendable (Range<Int>, Range<Int>) -> Void)
  {
    if rows * outputs * inputs < Self.parallelThreshold { return body(0..<rows, 0..<outputs) }
    if rows >= 64 {
      compute.parallel(rows, granularity: rowTile) { body($0, 0..<outputs) }
    } else {
      compute.parallel(outputs, granularity: Int(CK_F32_PANEL)) { body(0..<rows, $0) }
    }
  }
}

/// Activations in 8 bits: grows to what it is asked for and keeps it.
struct QuantisedRows {
  private(set) var values = ByteBuffer(count: 0)
  private(set) var scales = FloatBuffer(count: 0)

  mutating func reserve(rows: Int, width: Int) {
    let bytes = rows * ck_s8_stride(width)
    if values.count < bytes { values = ByteBuffer(count: bytes) }
    if scales.count < rows { scales = FloatBuffer(count: rows) }
  }
}

/// Scale and shift of a layer normalisation.
struct Norm: Sendable {
  let gamma: FloatBuffer
  let beta: FloatBuffer

  func apply(_ rows: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ compute: Compute) {
    let width = gamma.count
    let (input, output) = (SharedConst(x), Shared(y))
    let normalise: @Sendable (Range<Int>) -> Void = { range in
      compute.kernels.layer_norm(
        range.count, width, input.pointer + range.lowerBound * width, gamma.base, beta.base,
        output.pointer + range.lowerBound * width)
    }
    if rows >= 64 { compute.parallel(rows, normalise) } else { normalise(0..<rows) }
  }
}
