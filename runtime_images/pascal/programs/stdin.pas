program Main;
var
  Line: string;
begin
  while not Eof do
  begin
    ReadLn(Line);
    WriteLn('got ', Line);
  end;
end.
