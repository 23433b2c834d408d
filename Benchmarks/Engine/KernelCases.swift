import CKernels
import CPeaks

/// A kernel on a shape that transcribing has, cut into a part a thread.
struct KernelCase {
  enum Limit {
    case arithmetic(cp_arithmetic)
    case memory
  }

  let name: String
  let limit: Limit
  let parts: (_ threads: Int) -> [Throughput.Part]
}

/// The kernels of one set. Shapes are those of `base`, but for the vocabulary of large-v3, which fits into few caches.
struct KernelCases {
  let kernels: ck_kernels

  private static let positions = 1500
  private static let width = 512
  private static let headWidth = 64
  private static let vocabulary = 51_866
  private static let largeWidth = 1280
  private static let panel = Int(CK_PANEL)

  var all: [KernelCase] {
    let (rows, width) = (Self.positions, Self.width)
    return [
      gemmS8(rows, width, width), gemmS8(rows, 4 * width, width), gemmS8(rows, width, 4 * width),
      gemmS8(1, Self.vocabulary, Self.largeWidth), gemmS8(5, Self.vocabulary, Self.largeWidth),
      gemmS16(rows, rows, Self.headWidth), gemmS16S8(5, Self.vocabulary, Self.largeWidth), gemmF32(rows, width, width),
      gemmF32(5, Self.vocabulary, Self.largeWidth),
      softmax(rows, rows), softmaxS16(rows, rows), gelu(rows * 4 * width), layerNorm(rows, width),
    ]
  }

  /// Columns from panel to panel, a range a thread.
  private static func columns(_ count: Int, _ threads: Int) -> [Range<Int>] {
    let panels = (count + panel - 1) / panel
    return (0..<threads).map { panels * $0 / threads * panel..<min(count, panels * ($0 + 1) / threads * panel) }
  }

  private static func rows(_ count: Int, _ threads: Int) -> [Range<Int>] {
    (0..<threads).map { count * $0 / threads..<count * ($0 + 1) / threads }
  }

  private static func wave(_ index: Int) -> Float { Float((index * 7919) % 2001 - 1000) / 1000 }

  /// Few rows are bound by the weights that are read, `bytes` of them; many by arithmetic.
  private func matrix(
    _ name: String, _ m: Int, _ n: Int, _ k: Int, _ kind: cp_arithmetic, bytes: Int,
    _ body: @escaping @Sendable (Range<Int>) -> Void
  ) -> KernelCase {
    let isBoundByMemory = m <= 5
    return KernelCase(
      name: "\(name) \(m) x \(n) x \(k)", limit: isBoundByMemory ? .memory : .arithmetic(kind),
      parts: { threads in
        Self.columns(n, threads).map { columns in
          let share = Double(columns.count) * Double(k)
          let amount = isBoundByMemory ? share * Double(bytes) : 2 * share * Double(m)
          return Throughput.Part(amount: amount) { body(columns) }
        }
      })
  }

  // MARK: - Matrices

  private func gemmS8(_ m: Int, _ n: Int, _ k: Int) -> KernelCase {
    let kernels = kernels
    let (x, scales) = (Block<Float>(m * k), Block<Float>(m))
    x.fill(Self.wave)
    let rounded = Block<UInt8>(m * Int(kernels.activation_bytes) * ck_s8_stride(k))
    kernels.quantize_rows(m, k, x.base, k, rounded.base, scales.base)
    let (weights, packed) = (Block<Int8>(n * k), Block<Int8>(ck_packed_s8_size(n, k)))
    weights.fill { Int8(($0 * 7919) % 255 - 127) }
    ck_pack_s8(n, k, weights.base, packed.base)
    let (factors, output) = (Block<Float>(n), Block<Float>(m * n))
    factors.fill { _ in 100 }
    return matrix("gemm_s8", m, n, k, CP_S8, bytes: 1) { columns in
      kernels.gemm_s8(
        m, columns.count, k, rounded.base, scales.base,
        packed.base + columns.lowerBound / Self.panel * ck_s8_panel_size(k), factors.base + columns.lowerBound, nil,
        output.base + columns.lowerBound, n)
    }
  }

  private func gemmS16(_ m: Int, _ n: Int, _ k: Int) -> KernelCase {
    let kernels = kernels
    let (a, b, packed) = (Block<Int16>(m * k), Block<Int16>(n * k), Block<Int16>(ck_packed_s16_size(n, k)))
    a.fill { Int16(($0 * 31) % 1001 - 500) }
    b.fill { Int16(($0 * 17) % 1001 - 500) }
    ck_pack_s16_rows(0, n, k, b.base, k, packed.base)
    let (factors, output) = (Block<Float>(m), Block<Float>(m * n))
    factors.fill { _ in 0.001 }
    return matrix("gemm_s16", m, n, k, CP_S16, bytes: 2) { columns in
      kernels.gemm_s16(
        m, columns.count, k, a.base, k, factors.base, packed.base + columns.lowerBound * k, nil,
        output.base + columns.lowerBound, n)
    }
  }

  private func gemmS16S8(_ m: Int, _ n: Int, _ k: Int) -> KernelCase {
    let kernels = kernels
    let (a, b, packed) = (Block<Int16>(m * k), Block<Int16>(n * k), Block<Int8>(ck_packed_s16_size(n, k)))
    a.fill { Int16(($0 * 31) % 1001 - 500) }
    b.fill { Int16(($0 * 17) % 255 - 127) }
    ck_pack_s16s8_rows(0, n, k, b.base, k, packed.base)
    let (factors, output) = (Block<Float>(m), Block<Float>(m * n))
    factors.fill { _ in 0.001 }
    return matrix("gemm_s16s8", m, n, k, CP_S16, bytes: 1) { columns in
      kernels.gemm_s16s8(
        m, columns.count, k, a.base, k, factors.base, packed.base + columns.lowerBound * k, nil,
        output.base + columns.lowerBound, n)
    }
  }

  private func gemmF32(_ m: Int, _ n: Int, _ k: Int) -> KernelCase {
    let kernels = kernels
    let (a, b, packed) = (Block<Float>(m * k), Block<Float>(n * k), Block<Float>(ck_packed_f32_size(n, k)))
    a.fill(Self.wave)
    b.fill(Self.wave)
    ck_pack_f32_rows(n, k, b.base, k, packed.base)
    let output = Block<Float>(m * n)
    return matrix("gemm_f32", m, n, k, CP_F32, bytes: 4) { columns in
      kernels.gemm_f32(
        m, columns.count, k, a.base, k, packed.base + columns.lowerBound * k, nil, output.base + columns.lowerBound, n)
    }
  }

  // MARK: - Rows: bytes read and written against the bandwidth of reading

  private func rowwise(
    _ name: String, _ count: Int, bytesPerRow: Int, _ body: @escaping @Sendable (Range<Int>) -> Void
  ) -> KernelCase {
    KernelCase(
      name: name, limit: .memory,
      parts: { threads in
        Self.rows(count, threads).map { rows in
          Throughput.Part(amount: Double(rows.count * bytesPerRow)) { body(rows) }
        }
      })
  }

  private func softmax(_ m: Int, _ n: Int) -> KernelCase {
    let (kernels, x) = (kernels, Block<Float>(m * n))
    x.fill(Self.wave)
    return rowwise("softmax \(m) x \(n)", m, bytesPerRow: 8 * n) { rows in
      kernels.softmax(rows.count, n, x.base + rows.lowerBound * n, n)
    }
  }

  private func softmaxS16(_ m: Int, _ n: Int) -> KernelCase {
    let (kernels, x, weights) = (kernels, Block<Float>(m * n), Block<Float>(n))
    let (rounded, factors) = (Block<Int16>(m * n), Block<Float>(m))
    x.fill(Self.wave)
    weights.fill { _ in 1 }
    return rowwise("softmax_s16 \(m) x \(n)", m, bytesPerRow: 6 * n) { rows in
      kernels.softmax_s16(
        rows.count, n, x.base + rows.lowerBound * n, n, weights.base, rounded.base + rows.lowerBound * n, n,
        factors.base + rows.lowerBound)
    }
  }

  /// In place, again and again: values that it leaves as they are.
  private func gelu(_ count: Int) -> KernelCase {
    let (kernels, x) = (kernels, Block<Float>(count))
    x.fill { 7 + Self.wave($0) }
    return rowwise("gelu \(count)", count, bytesPerRow: 8) { range in
      kernels.gelu(range.count, x.base + range.lowerBound)
    }
  }

  private func layerNorm(_ m: Int, _ n: Int) -> KernelCase {
    let (kernels, x, y) = (kernels, Block<Float>(m * n), Block<Float>(m * n))
    let (gamma, beta) = (Block<Float>(n), Block<Float>(n))
    x.fill(Self.wave)
    return rowwise("layer_norm \(m) x \(n)", m, bytesPerRow: 8 * n) { rows in
      kernels.layer_norm(
        rows.count, n, x.base + rows.lowerBound * n, gamma.base, beta.base, y.base + rows.lowerBound * n)
    }
  }
}
