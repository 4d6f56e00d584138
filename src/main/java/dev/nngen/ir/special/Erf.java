package dev.nngen.ir.special;

/** The error function. */
public final class Erf {

  private Erf() {}

  /**
   * The error function, by the rational approximations of FDLIBM's s_erf.c; the relative error is below 1e-15.
   * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute
   * this software is freely granted, provided that this notice is preserved.
   */
  public static double erf(double x) {
    final double a = Math.abs(x);
    if (a < 0.84375) {
      final double z = x * x;
      final double p = 0.12837916709551256 + z * (-0.3250421072470015 + z * (-0.02848174957559851
          + z * (-0.005770270296489442 + z * -2.3763016656650163e-05)));
      final double q = 1 + z * (0.39791722395915535 + z * (0.0650222499887673 + z * (0.005081306281875766
          + z * (0.00013249473800432164 + z * -3.960228278775368e-06))));
      return x + x * (p / q);
    }
    if (a < 1.25) {
      final double s = a - 1;
      final double p = -0.0023621185607526594 + s * (0.41485611868374833 + s * (-0.3722078760357013
          + s * (0.31834661990116175 + s * (-0.11089469428239668 + s * (0.035478304325618236
          + s * -0.002166375594868791)))));
      final double q = 1 + s * (0.10642088040084423 + s * (0.540397917702171 + s * (0.07182865441419627
          + s * (0.12617121980876164 + s * (0.01363708391202905 + s * 0.011984499846799107)))));
      return Math.copySign(0.8450629115104675 + p / q, x);
    }
    if (!(a < 6)) {
      return Double.isNaN(x) ? x : Math.copySign(1, x);
    }
    final double s = 1 / (x * x);
    final double p;
    final double q;
    if (a < 1 / 0.35) {
      p = -0.009864944034847148 + s * (-0.6938585727071818 + s * (-10.558626225323291
          + s * (-62.375332450326006 + s * (-162.39666946257347 + s * (-184.60509290671104
          + s * (-81.2874355063066 + s * -9.814329344169145))))));
      q = 1 + s * (19.651271667439257 + s * (137.65775414351904 + s * (434.56587747522923
          + s * (645.3872717332679 + s * (429.00814002756783 + s * (108.63500554177944
          + s * (6.570249770319282 + s * -0.0604244152148581)))))));
    } else {
      p = -0.0098649429247001 + s * (-0.799283237680523 + s * (-17.757954917754752
          + s * (-160.63638485582192 + s * (-637.5664433683896 + s * (-1025.0951316110772
          + s * -483.5191916086514)))));
      q = 1 + s * (30.33806074348246 + s * (325.7925129965739 + s * (1536.729586084437
          + s * (3199.8582195085955 + s * (2553.0504064331644 + s * (474.52854120695537
          + s * -22.44095244658582))))));
    }
    return Math.copySign(1 - Math.exp(-x * x - 0.5625 + p / q) / a, x);
  }
}
