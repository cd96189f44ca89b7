program Main;
begin
  WriteLn(Unknown);
end.
