program Main;
var
  Source: Text;
  Line: string;
begin
  Assign(Source, 'data.txt');
  Reset(Source);
  while not Eof(Source) do
  begin
    ReadLn(Source, Line);
    WriteLn(Line);
  end;
  Close(Source);
end.
