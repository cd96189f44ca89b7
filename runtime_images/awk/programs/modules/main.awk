@include "greeting.awk"
@include "shapes.awk"
BEGIN { if (area(3) == 9) print text(), "ok" }
