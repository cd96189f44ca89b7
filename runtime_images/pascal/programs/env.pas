program Main;
uses
  SysUtils;
begin
  WriteLn(GetEnvironmentVariable('GREETING'));
end.
