"""Send-side bandwidth estimation for one subscriber, sans-I/O.

Google Congestion Control as deployed in libwebrtc and described in draft-ietf-rmcat-gcc-02: a delay-based controller
(`delay`: packet groups, trendline, adaptive threshold; `rate_control`: additive and multiplicative increase), a loss-based one
(`loss`), probing (`probing`), composed by `estimator.BandwidthEstimator`.

Every module takes the time as an argument: `now` is monotonic seconds; rates are bits per second.
"""
