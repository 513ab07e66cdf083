;; A module without code is given the countdown all the same: the host need not ask.
(module)
