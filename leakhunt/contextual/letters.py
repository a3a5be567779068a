"""How surprising each letter is after another. Made by `python -m benchmarks.letters`."""

from __future__ import annotations

SCALE = 6
"""A character stands for so many of its units a bit, counted from `!`."""
ROWS = (
    ":<6;<;A@<IH;<@=9N84:BG=XOS",
    "f<7;pM>W>fC6=4f=p261CFPRCT",
    "3HDJ/NcR9>R0IU4Lc;=J7cUc:U",
    "4]IS2]]1Eb89Ob.Qk=H4AbT]Tk",
    "6NSA)KBg1TVHTT6TgB5K@L^VFg",
    "9Q:3CBKTKj\\<>4S@M01;\\BH>Ja",
    "3SVO76Od,dZ9TK2dd;?=9ZddSd",
    "7YMc+IH94ccAY7<Uc77J9PccYc",
    "0WLe*\\\\\\3e\\IHS0JW@J>?ee\\Fe",
    "DA;;=A<oU^M9?-6A]?73YBoEeL",
    "6KBT-TTTKKATTK.FTT5T1T>TTT",
    "BPTE(FHA5^^DT;G^TT/ADTT^L^",
    "4VV9-JUb2kK6UW2KkT<<=IZkAk",
    "/=]O,VgR6]LC:H53VY@LCYggLg",
    "9W943B2R>mBHJB8NdL52DGSmIm",
    "G@?;MGB_DSC990=;Y2<;6B:\\aR",
    "0UhP1OQD:hU5MW5:W1=:>hZhA_",
    ":RRRRRRRRRR2RRRDHARR%R=HRR",
    "6RC?+NBa6aDHBA4Kn?7:AOVn=n",
    ">Y:O/TZ85[CGJZ;?NT6.:TEVHm",
    "4WBK-J\\43nnEOV8Jn75=?ZLXAe",
    "?<@>;CE_@hh790G:h273ZUhRh_",
    "1UUU%_U_3___ULB__U__Q_N_I_",
    "3WaH1WW11aWFW92Wa79HaaSPaa",
    "5F2G4EYY6YYYOYO4YOH.OKY4DY",
    "?HKO=KYY:YY;=<6/YK20OC:OYF",
    ":OOO'OOO9OO8OO<FOA;F=OOFAF",
)
"""The start of a word, then a to z; in each row what the letters a to z cost there."""
