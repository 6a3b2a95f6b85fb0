;; Products of a packed matrix with a vector, in 32-bit floating point, four numbers at a time.
;; A matrix is rows of blocks of 32 weights, as ggml's files have them:
;;   Q4_1  a half d, a half m, 16 bytes: weight i is d * (low four bits of byte i) + m,
;;         weight i + 16 is d * (high four bits of byte i) + m
;;   Q8_0  a half d, 32 signed bytes: weight i is d * byte i
;; $halves is the place of a table: the 32-bit number for each of the 65,536 halves.
(module
  (import "page" "memory" (memory 1))
  (global $halves (import "page" "halves") i32)

  (func $half (param $at i32) (result f32)
    (f32.load (i32.add (global.get $halves) (i32.shl (i32.load16_u (local.get $at)) (i32.const 2)))))

  (func $total (param $sum v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum)))))

  ;; y = W x; $sums has the sum of each 32 numbers of x, which m is multiplied with.
  (func (export "q4_1") (param $w i32) (param $x i32) (param $sums i32) (param $y i32) (param $rows i32) (param $blocks i32)
    (local $at i32) (local $sumAt i32) (local $left i32)
    (local $bytes v128) (local $low v128) (local $high v128) (local $part v128) (local $sum v128) (local $least f32)
    (loop $row
      (local.set $at (local.get $x))
      (local.set $sumAt (local.get $sums))
      (local.set $left (local.get $blocks))
      (local.set $sum (v128.const i32x4 0 0 0 0))
      (local.set $least (f32.const 0))
      (loop $block
        (local.set $bytes (v128.load offset=4 align=1 (local.get $w)))
        (local.set $low (v128.and (local.get $bytes) (i8x16.splat (i32.const 15))))
        (local.set $high (i8x16.shr_u (local.get $bytes) (i32.const 4)))
        (local.set $part (f32x4.mul (v128.load (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (local.get $low))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=16 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (i16x8.extend_low_i8x16_u (local.get $low)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=32 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_high_i8x16_u (local.get $low)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=48 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (i16x8.extend_high_i8x16_u (local.get $low)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=64 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (local.get $high)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=80 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (i16x8.extend_low_i8x16_u (local.get $high)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=96 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_low_i16x8_u (i16x8.extend_high_i8x16_u (local.get $high)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=112 (local.get $at))
            (f32x4.convert_i32x4_u (i32x4.extend_high_i16x8_u (i16x8.extend_high_i8x16_u (local.get $high)))))))
        (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul (local.get $part) (f32x4.splat (call $half (local.get $w))))))
        (local.set $least (f32.add (local.get $least)
          (f32.mul (call $half (i32.add (local.get $w) (i32.const 2))) (f32.load (local.get $sumAt)))))
        (local.set $w (i32.add (local.get $w) (i32.const 20)))
        (local.set $at (i32.add (local.get $at) (i32.const 128)))
        (local.set $sumAt (i32.add (local.get $sumAt) (i32.const 4)))
        (br_if $block (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (f32.store (local.get $y) (f32.add (call $total (local.get $sum)) (local.get $least)))
      (local.set $y (i32.add (local.get $y) (i32.const 4)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; y = W x
  (func (export "q8_0") (param $w i32) (param $x i32) (param $y i32) (param $rows i32) (param $blocks i32)
    (local $at i32) (local $left i32)
    (local $first v128) (local $second v128) (local $part v128) (local $sum v128)
    (loop $row
      (local.set $at (local.get $x))
      (local.set $left (local.get $blocks))
      (local.set $sum (v128.const i32x4 0 0 0 0))
      (loop $block
        (local.set $first (v128.load offset=2 align=1 (local.get $w)))
        (local.set $second (v128.load offset=18 align=1 (local.get $w)))
        (local.set $part (f32x4.mul (v128.load (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (i16x8.extend_low_i8x16_s (local.get $first))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=16 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (i16x8.extend_low_i8x16_s (local.get $first)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=32 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (i16x8.extend_high_i8x16_s (local.get $first)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=48 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (i16x8.extend_high_i8x16_s (local.get $first)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=64 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (i16x8.extend_low_i8x16_s (local.get $second)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=80 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (i16x8.extend_low_i8x16_s (local.get $second)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=96 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (i16x8.extend_high_i8x16_s (local.get $second)))))))
        (local.set $part (f32x4.add (local.get $part) (f32x4.mul (v128.load offset=112 (local.get $at))
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (i16x8.extend_high_i8x16_s (local.get $second)))))))
        (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul (local.get $part) (f32x4.splat (call $half (local.get $w))))))
        (local.set $w (i32.add (local.get $w) (i32.const 34)))
        (local.set $at (i32.add (local.get $at) (i32.const 128)))
        (br_if $block (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (f32.store (local.get $y) (call $total (local.get $sum)))
      (local.set $y (i32.add (local.get $y) (i32.const 4)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))))
