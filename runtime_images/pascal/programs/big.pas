program Main;
uses
  SysUtils, StrUtils;
var
  I: Integer;
begin
  for I := 1 to 16384 do
    WriteLn(DupeString('x', 63));
end.
